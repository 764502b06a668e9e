import { existsSync } from 'node:fs';

import { defineConfig } from '@playwright/test';

/** Where Debian and Ubuntu put Chromium. */
const SYSTEM_CHROMIUM = '/usr/bin/chromium';
const chromium = process.env.CHROMIUM || (existsSync(SYSTEM_CHROMIUM) ? SYSTEM_CHROMIUM : undefined);

export default defineConfig({
	testDir: 'stories',
	outputDir: 'results',
	// The stories share one Trayline and the one device in it.
	workers: 1,
	fullyParallel: false,
	forbidOnly: Boolean(process.env.CI),
	// A story that needs its second attempt is reported as flaky: a defect, but not one of the change under test.
	retries: 1,
	timeout: 60_000,
	expect: { timeout: 15_000 },
	reporter: 'list',
	use: {
		baseURL: process.env.TRAYLINE_URL,
		browserName: 'chromium',
		locale: 'en-GB',
		viewport: { width: 1280, height: 800 },
		trace: 'retain-on-failure',
		launchOptions: {
			...(chromium ? { executablePath: chromium } : {}),
			args: [
				'--no-sandbox',
				'--disable-gpu',
				'--disable-quic',
				'--no-first-run',
				'--disable-background-networking',
				'--disable-component-update',
				'--disable-sync',
			],
		},
	},
});
