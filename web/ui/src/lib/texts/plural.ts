const RULES = new Intl.PluralRules('en');

/** The number with the word for so many: `counted(2, 'chat', 'chats')` is "2 chats". */
export function counted(count: number, one: string, other: string): string {
	return `${count.toLocaleString()} ${RULES.select(count) === 'one' ? one : other}`;
}
