import { expect, test } from 'vitest';

import { Forgetful } from '../kept';
import { TabIdentity } from './tab_identity';

let made = 0;
const fresh = () => `tab-${(made += 1)}`;

function copyOf(kept: Forgetful): Forgetful {
	const copy = new Forgetful();
	for (let index = 0; index < kept.length; index += 1) {
		const key = kept.key(index) ?? '';
		copy.setItem(key, kept.getItem(key) ?? '');
	}
	return copy;
}

test('a reload is the same tab', () => {
	const kept = new Forgetful();
	const before = new TabIdentity(kept, fresh);
	before.leave();
	expect(new TabIdentity(kept, fresh).id).toBe(before.id);
});

test('a copy of an open tab is another one, also of a tab that was loaded again', () => {
	const kept = new Forgetful();
	new TabIdentity(kept, fresh).leave();
	const original = new TabIdentity(kept, fresh);
	expect(new TabIdentity(copyOf(kept), fresh).id).not.toBe(original.id);
});

test('a copy of a page that came back from the history is another one', () => {
	const kept = new Forgetful();
	const original = new TabIdentity(kept, fresh);
	original.leave();
	original.taken();
	expect(new TabIdentity(copyOf(kept), fresh).id).not.toBe(original.id);
});
