import { NOTHING_SET, type EntryDraft, type PolicyDraft, type Settings } from './draft';

/** Where a setting comes from. */
export type Origin = 'entry' | 'policy' | 'global' | 'built_in';

/** What one place sets. */
export interface Source {
	readonly from: Origin;
	readonly settings: Settings;
}

/** A setting as it holds, and whence. */
export interface Held<Value> {
	readonly value: Value;
	readonly from: Origin;
}

/** An entry as a device shows it. */
export type ShownEntry =
	| { readonly key: string; readonly type: 'live_chat' | 'link'; readonly title: string }
	| { readonly key: string; readonly type: 'separator' };

/** What holds where no policy says anything; the server has it built in. */
const BUILT_IN: { readonly [Field in keyof Settings]: NonNullable<Settings[Field]> } = {
	title: 'Live chat',
	unavailable_message: 'Nobody is available right now. Your message has been kept and will be answered.',
	assignment: { type: 'nobody' },
	unavailable_seconds: 180,
	is_on: true,
};
export const BUILT_IN_MENU: readonly EntryDraft[] = [
	{ key: 'built-in', type: 'live_chat', settings: NOTHING_SET },
];

/** A setting by the nearest source that has it. */
export function nearest<Field extends keyof Settings>(
	field: Field,
	sources: readonly Source[],
): Held<NonNullable<Settings[Field]>> {
	for (const { from, settings } of sources) {
		const value = settings[field];
		if (value !== null) return { value, from };
	}
	return { value: BUILT_IN[field], from: 'built_in' };
}

/** From where a policy inherits; `global` is null for the global policy itself. */
export function abovePolicy(global: PolicyDraft | null): readonly Source[] {
	return global ? [{ from: 'global', settings: global.live_chat }] : [];
}

/** From where the entries of a policy's own menu inherit. */
export function aboveEntry(draft: PolicyDraft, global: PolicyDraft | null): readonly Source[] {
	return [{ from: 'policy', settings: draft.live_chat }, ...abovePolicy(global)];
}

/** The menu of a device that has this policy and no other but the global one, as the server works it out. */
export function shownMenu(draft: PolicyDraft, global: PolicyDraft | null): readonly ShownEntry[] {
	const entries = draft.menu ?? global?.menu ?? BUILT_IN_MENU;
	return entries.flatMap((entry): ShownEntry[] => {
		if (entry.type !== 'live_chat') return [entry];
		const own: Source = { from: 'entry', settings: entry.settings };
		const sources = draft.menu
			? [own, ...aboveEntry(draft, global)]
			: [{ from: 'policy', settings: draft.live_chat } as const, own, ...abovePolicy(global)];
		if (!nearest('is_on', sources).value) return [];
		return [{ key: entry.key, type: 'live_chat', title: nearest('title', sources).value }];
	});
}
