import { expect, test } from 'vitest';

import { iconWith } from './icon';

test('the icon says the count, as far as there is room', () => {
	const said = (count: number) => />([^<>]+)<\/text>/.exec(decodeURIComponent(iconWith(count)))?.[1];
	expect([1, 42, 99, 100, 12_345].map(said)).toEqual(['1', '42', '99', '99+', '99+']);
});
