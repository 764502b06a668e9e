/** What the pages of one’s own account, and those of whoever is not signed in, say. */
export const account = {};
