import { readFile } from 'node:fs/promises';

import openapiTS, { COMMENT_HEADER, astToString } from 'openapi-typescript';
import { expect, test } from 'vitest';

test('the generated types are those of the API that is checked in; `npm run generate` makes them so', async () => {
	const ast = await openapiTS(new URL('../../../../../docs/openapi.json', import.meta.url));
	const checkedIn = await readFile(new URL('./openapi.gen.ts', import.meta.url), 'utf8');
	expect(checkedIn).toBe(COMMENT_HEADER + astToString(ast));
});
