import { account } from './account';
import { administration } from './administration';
import { chats } from './chats';
import { common } from './common';
import { directory } from './directory';
import { policies } from './policies';
import { privacy } from './privacy';

/** Everything that the front says, in English. Another language is another object of the type {@link Texts}. */
export const texts = { account, administration, chats, common, directory, policies, privacy };

export type Texts = typeof texts;
