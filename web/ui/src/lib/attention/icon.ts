/** How many the icon can say; more than that are "99+". */
const MOST = 99;

/** The icon of the tab with a count on it, as an address. */
export function iconWith(count: number): string {
	const words = count > MOST ? `${MOST}+` : String(count);
	const size = [20, 17, 13][words.length - 1] ?? 13;
	const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect width="32" height="32" rx="8" fill="#0f766e"/>
<path d="M4 6h24v15H15l-6 5v-5H4z" fill="#fff"/>
<rect x="6" y="10" width="26" height="22" rx="8" fill="#c62a2f"/>
<text x="19" y="21.500" dominant-baseline="central" text-anchor="middle" font-family="sans-serif" font-weight="700" font-size="${size}" fill="#fff">${words}</text>
</svg>`;
	return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
