import { defineConfig } from '@playwright/test';

import stories from './playwright.config.js';

/** `make screenshots`: every page and state, to look at. */
export default defineConfig(stories, { testDir: 'screenshots', timeout: 300_000 });
