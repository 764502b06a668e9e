/** How narrow and how wide a pane may be, in rem. */
export interface PaneLimits {
	readonly least: number;
	readonly most: number;
}

export const LIST_PANE: PaneLimits = { least: 16, most: 40 };
export const DETAILS_PANE: PaneLimits = { least: 13, most: 32 };

/** By how much one press of an arrow key moves an edge. */
const STEP = 1;

/** The width that is nearest to the wanted one and allowed. */
export function within(width: number, { least, most }: PaneLimits): number {
	return Math.round(Math.min(most, Math.max(least, width)) * 100) / 100;
}

/**
 * The width after a key on a pane's edge; null when the key is none of the edge's. `grows` says towards where the pane
 * becomes wider: the list is left of its edge, the details are right of theirs.
 */
export function widthAfterKey(
	key: string,
	width: number,
	grows: 'left' | 'right',
	limits: PaneLimits,
): number | null {
	switch (key) {
		case 'ArrowLeft':
			return within(width + (grows === 'left' ? STEP : -STEP), limits);
		case 'ArrowRight':
			return within(width + (grows === 'right' ? STEP : -STEP), limits);
		case 'Home':
			return limits.least;
		case 'End':
			return limits.most;
		default:
			return null;
	}
}
