/** How many the server gives at once. */
const PART = 200;
/** How many requests one list may take. */
const MOST_PARTS = 25;

/** A whole list, of up to 5000, part by part: for a choice among all. `part` fetches one. */
export async function every<Item>(
	part: (cursor: string | null, limit: number) => Promise<{ items: Item[]; next_cursor?: string | null }>,
): Promise<Item[]> {
	const all: Item[] = [];
	let cursor: string | null = null;
	for (let count = 0; count < MOST_PARTS; count += 1) {
		const { items, next_cursor } = await part(cursor, PART);
		all.push(...items);
		if (!next_cursor) break;
		cursor = next_cursor;
	}
	return all;
}
