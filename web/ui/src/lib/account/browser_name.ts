/** What a browser is called and runs on, by what it calls itself. The first that fits counts: many call themselves several. */
export function browserName(user_agent: string | null | undefined): string {
	if (!user_agent) return 'Unknown browser';
	const browser = first(BROWSERS, user_agent);
	const system = first(SYSTEMS, user_agent);
	if (browser === undefined) return system === undefined ? 'Unknown browser' : `Unknown browser on ${system}`;
	return system === undefined ? browser : `${browser} on ${system}`;
}

const BROWSERS: readonly (readonly [RegExp, string])[] = [
	[/Edg(e|A|iOS)?\//, 'Edge'],
	[/OPR\//, 'Opera'],
	[/Firefox\/|FxiOS\//, 'Firefox'],
	[/Chrome\/|CriOS\//, 'Chrome'],
	[/Safari\//, 'Safari'],
];

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
	[/iPhone|iPad/, 'iOS'],
	[/Android/, 'Android'],
	[/Windows/, 'Windows'],
	[/Mac OS X|Macintosh/, 'macOS'],
	[/CrOS/, 'ChromeOS'],
	[/Linux/, 'Linux'],
];

function first(names: readonly (readonly [RegExp, string])[], user_agent: string): string | undefined {
	return names.find(([mark]) => mark.test(user_agent))?.[1];
}
