import { texts } from '../texts/texts';

/** What a browser is called and runs on, by what it calls itself. The first that fits counts: many call themselves several. */
export function browserName(user_agent: string | null | undefined): string {
	const { unknownBrowser, browserOn } = texts.account.sessions;
	if (!user_agent) return unknownBrowser;
	const browser = first(BROWSERS, user_agent) ?? unknownBrowser;
	const system = first(SYSTEMS, user_agent);
	return system === undefined ? browser : browserOn(browser, system);
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
