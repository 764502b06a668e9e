import type { Assignment, LiveChatSettings, Policy, PolicyEntry, WritePolicy } from '../api/types';

/** What can be set about a Live Chat entry; what is null is inherited. */
export interface Settings {
	readonly title: string | null;
	readonly unavailable_message: string | null;
	readonly assignment: Assignment | null;
	readonly unavailable_seconds: number | null;
	readonly is_on: boolean | null;
}

/** An entry of a menu while somebody edits it. The key of a Live Chat or a Link is its `entry_id`. */
export type EntryDraft =
	| { readonly key: string; readonly type: 'live_chat'; readonly settings: Settings }
	| { readonly key: string; readonly type: 'link'; readonly title: string; readonly url: string }
	| { readonly key: string; readonly type: 'separator' };

/** A policy while somebody edits it. Its menu is inherited when it is null. */
export interface PolicyDraft {
	readonly name: string;
	readonly menu: readonly EntryDraft[] | null;
	readonly live_chat: Settings;
}

export const NOTHING_SET: Settings = {
	title: null,
	unavailable_message: null,
	assignment: null,
	unavailable_seconds: null,
	is_on: null,
};

/** How many entries the server takes in one menu. */
export const MOST_ENTRIES = 50;

/** What there is to edit of a policy. */
export function draftOf(policy: Pick<Policy, 'name' | 'menu' | 'live_chat'>): PolicyDraft {
	return {
		name: policy.name,
		menu: policy.menu?.map(entryDraft) ?? null,
		live_chat: settingsOf(policy.live_chat),
	};
}

/** What to tell the server. */
export function written(draft: PolicyDraft): WritePolicy {
	return {
		name: draft.name.trim(),
		menu: draft.menu?.map(entryOf) ?? null,
		live_chat: trimmed(draft.live_chat),
	};
}

/** Whether the server would be told the same. */
export function isSame(left: PolicyDraft, right: PolicyDraft): boolean {
	return JSON.stringify(written(left)) === JSON.stringify(written(right));
}

/** A new entry, which inherits what it can. */
export function newEntry(type: EntryDraft['type'], key: string): EntryDraft {
	if (type === 'live_chat') return { key, type, settings: NOTHING_SET };
	if (type === 'link') return { key, type, title: '', url: '' };
	return { key, type };
}

/** The entries with one of them at another place; a place beyond an end is that end. */
export function moved(entries: readonly EntryDraft[], key: string, place: number): readonly EntryDraft[] {
	const entry = entries.find((known) => known.key === key);
	if (!entry) return entries;
	const others = entries.filter((known) => known !== entry);
	const at = Math.min(Math.max(place, 0), others.length);
	return [...others.slice(0, at), entry, ...others.slice(at)];
}

function entryDraft(entry: PolicyEntry, place: number): EntryDraft {
	if (entry.type === 'separator') return { key: `separator-${place}`, type: 'separator' };
	if (entry.type === 'link') return { key: entry.entry_id, type: 'link', title: entry.title, url: entry.url };
	return { key: entry.entry_id, type: 'live_chat', settings: settingsOf(entry) };
}

function entryOf(entry: EntryDraft): PolicyEntry {
	if (entry.type === 'separator') return { type: 'separator' };
	if (entry.type === 'link')
		return { type: 'link', entry_id: entry.key, title: entry.title.trim(), url: entry.url.trim() };
	return { type: 'live_chat', entry_id: entry.key, ...trimmed(entry.settings) };
}

function settingsOf(given: Partial<LiveChatSettings>): Settings {
	return {
		title: given.title ?? null,
		unavailable_message: given.unavailable_message ?? null,
		assignment: given.assignment ?? null,
		unavailable_seconds: given.unavailable_seconds ?? null,
		is_on: given.is_on ?? null,
	};
}

function trimmed(settings: Settings): Settings {
	return { ...settings, title: settings.title?.trim() ?? null };
}
