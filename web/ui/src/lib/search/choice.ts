import type { IconName } from '../components/icons';

/** One line of what a search found, and what choosing it does. */
export interface Choice<Target> {
	/** Unique among all that are shown. */
	readonly key: string;
	/** Under which heading it stands. */
	readonly group: string;
	readonly icon: IconName;
	readonly title: string;
	/** What else helps to recognise it. */
	readonly about: string;
	/** What choosing it does, in a word or three. */
	readonly does: string;
	/** Whether it belongs to the one before. */
	readonly inner: boolean;
	readonly target: Target;
}

/** The choices under their headings, each with its place among all. */
export function grouped<Target>(choices: readonly Choice<Target>[]) {
	const groups: { name: string; choices: { choice: Choice<Target>; place: number }[] }[] = [];
	for (const [place, choice] of choices.entries()) {
		const last = groups.at(-1);
		if (last?.name === choice.group) last.choices.push({ choice, place });
		else groups.push({ name: choice.group, choices: [{ choice, place }] });
	}
	return groups;
}

/** Whose an asset is: "Harbour Dental · Anna Keller". */
export function owner(asset: {
	readonly customer: { readonly name: string };
	readonly contact?: { readonly name: string } | null;
}): string {
	return asset.contact ? `${asset.customer.name} · ${asset.contact.name}` : asset.customer.name;
}
