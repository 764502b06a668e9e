/** Gives a pane its width, in rem; without one it has its usual width. */
export function paneWidth(width: number | null): (pane: HTMLElement) => void {
	return (pane) => {
		if (width === null) pane.style.removeProperty('--pane-width');
		else pane.style.setProperty('--pane-width', `${width}rem`);
	};
}
