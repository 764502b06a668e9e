import { MediaQuery } from 'svelte/reactivity';

/** Whether a chat's details have room beside it. */
export const wideScreen = new MediaQuery('min-width: 70rem');
