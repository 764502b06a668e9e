/** What the pages of policies and their editor say. */
export const policies = {};
