import { expect, test } from 'vitest';

import { PREFERENCES_KEY, PreferencesCell } from './attention/preferences';
import { Forgetful } from './kept';
import { DETAILS_PANE, LIST_PANE, widthAfterKey, within } from './panes';

test('an edge moves by arrow keys, each pane towards its own side', () => {
	expect(widthAfterKey('ArrowRight', 20, 'right', LIST_PANE)).toBe(21);
	expect(widthAfterKey('ArrowLeft', 20, 'right', LIST_PANE)).toBe(19);
	expect(widthAfterKey('ArrowLeft', 20, 'left', DETAILS_PANE)).toBe(21);
	expect(widthAfterKey('Home', 20, 'left', DETAILS_PANE)).toBe(DETAILS_PANE.least);
	expect(widthAfterKey('End', 20, 'right', LIST_PANE)).toBe(LIST_PANE.most);
	expect(widthAfterKey('ArrowUp', 20, 'right', LIST_PANE)).toBeNull();
});

test('a pane is never narrower or wider than it may be', () => {
	expect(within(2, LIST_PANE)).toBe(LIST_PANE.least);
	expect(within(400, LIST_PANE)).toBe(LIST_PANE.most);
	expect(widthAfterKey('ArrowLeft', LIST_PANE.least, 'right', LIST_PANE)).toBe(LIST_PANE.least);
});

test('widths are kept in this browser, and what is no width counts as the usual one', () => {
	const kept = new Forgetful();
	new PreferencesCell(kept).change({ list_width: 25.5, details_shown: false });
	expect(new PreferencesCell(kept).value).toEqual({
		muted: false,
		theme: null,
		list_width: 25.5,
		details_width: null,
		details_shown: false,
	});
	kept.setItem(PREFERENCES_KEY, '{"list_width":"wide","details_width":9000}');
	expect(new PreferencesCell(kept).value).toMatchObject({
		list_width: null,
		details_width: DETAILS_PANE.most,
		details_shown: true,
	});
});
