import { Account } from './account';
import { Caller, parameters } from './caller';
import { Directory, type Part, type PartQuery } from './directory';
import { Problem } from './problem';
import { SigningIn } from './signing_in';
import type {
	AuditEntry,
	AuditPage,
	AssetGroup,
	AssetGroupPage,
	AssetPage,
	Assignee,
	CannedReply,
	ChatPage,
	ChatRow,
	CustomerPage,
	DeadLetter,
	DeliveryPage,
	Filter,
	MessagePage,
	NoticePage,
	NotificationRuleSetting,
	OneChat,
	OptionalTabs,
	Policy,
	SearchResults,
	SecurityGroup,
	SecurityGroupList,
	SecurityGroupWords,
	SignedInTechnician,
	System,
	Technician,
	TechnicianChange,
	TechnicianList,
	Webhook,
	WritePolicy,
} from './types';

/** Which part of which list of chats to fetch. */
export interface ListQuery {
	filter: Filter;
	search: string;
	cursor: string | null;
	limit: number;
}

/** The server's HTTP API: one method per operation. Fails with {@link Problem} or `Unreachable`. */
export class Api {
	readonly account: Account;
	readonly directory: Directory;
	readonly signing_in: SigningIn;
	readonly #caller: Caller;

	constructor(fetcher?: typeof fetch) {
		this.#caller = new Caller(fetcher);
		this.account = new Account(this.#caller);
		this.directory = new Directory(this.#caller);
		this.signing_in = new SigningIn(this.#caller);
	}

	/** Signs in; with a code once the server has asked for one by `second-factor-needed`. */
	signIn(email: string, password: string, code: string | null): Promise<SignedInTechnician> {
		return this.#call('POST', 'session', code === null ? { email, password } : { email, password, code });
	}

	/** Whether the installation waits for its first administrator. */
	async setupIsNeeded(): Promise<boolean> {
		return (await this.#call<{ is_needed: boolean }>('GET', 'setup')).is_needed;
	}

	/** Makes the first administrator, and signs them in. */
	setUp(admin: { code: string; name: string; email: string; password: string }): Promise<SignedInTechnician> {
		return this.#call('POST', 'setup', admin);
	}

	/** Sends a link for another password to the address, if somebody signs in with it. */
	askForPasswordReset(email: string): Promise<void> {
		return this.#call('POST', 'password-resets', { email });
	}

	/** Takes another password by the token of a link. */
	resetPassword(token: string, new_password: string): Promise<void> {
		return this.#call('POST', 'password-resets/redemption', { token, new_password });
	}

	whoAmI(): Promise<SignedInTechnician> {
		return this.#call('GET', 'session');
	}

	signOut(): Promise<void> {
		return this.#call('DELETE', 'session');
	}

	listChats(query: ListQuery): Promise<ChatPage> {
		return this.#call('GET', `chats${parameters({ ...query })}`);
	}

	showChat(chat_id: string): Promise<OneChat> {
		return this.#call('GET', `chats/${chat_id}`);
	}

	listMessages(chat_id: string, before: number | null, limit: number): Promise<MessagePage> {
		return this.#call('GET', `chats/${chat_id}/messages${parameters({ before, limit })}`);
	}

	openChat(asset_id: string): Promise<{ chat_id: string; seq: number }> {
		return this.#call('POST', 'chats', { asset_id });
	}

	say(
		chat_id: string,
		message: { message_id: string; text: string; note?: boolean },
	): Promise<{ message_id: string; seq: number; repeated: boolean }> {
		return this.#call('POST', `chats/${chat_id}/messages`, message);
	}

	markRead(chat_id: string, upto: number): Promise<void> {
		return this.#call('PUT', `chats/${chat_id}/read`, { upto });
	}

	assign(
		chat_id: string,
		technician_id: string | null,
		expected_seq: number,
	): Promise<{ assigned_to?: Assignee | null; assigned_seq: number }> {
		return this.#call('PUT', `chats/${chat_id}/assignment`, { technician_id, expected_seq });
	}

	closeChat(chat_id: string): Promise<{ seq: number }> {
		return this.#call('POST', `chats/${chat_id}/close`);
	}

	sayTyping(chat_id: string): Promise<void> {
		return this.#call('POST', `chats/${chat_id}/typing`);
	}

	listAssets(search: string, limit: number): Promise<AssetPage> {
		return this.#call('GET', `assets${parameters({ search, limit })}`);
	}

	listTechnicians(): Promise<TechnicianList> {
		return this.#call('GET', 'technicians');
	}

	listNotices(cursor: string | null, limit: number): Promise<NoticePage> {
		return this.#call('GET', `notices${parameters({ cursor, limit })}`);
	}

	/** Marks notices as read: these, or all of them. */
	markNoticesRead(notice_ids: readonly string[] | null): Promise<void> {
		return this.#call('POST', 'notices/read', { notice_ids });
	}

	showNotificationSettings(): Promise<{ rules: NotificationRuleSetting[] }> {
		return this.#call('GET', 'notification-settings');
	}

	changeNotificationSettings(
		rules: readonly NotificationRuleSetting[],
	): Promise<{ rules: NotificationRuleSetting[] }> {
		return this.#call('PUT', 'notification-settings', { rules });
	}

	/** Where this technician's webhook goes; null when there is none. */
	async showWebhook(): Promise<Webhook | null> {
		try {
			return await this.#call('GET', 'webhook');
		} catch (error) {
			if (error instanceof Problem && error.status === 404) return null;
			throw error;
		}
	}

	replaceWebhook(webhook: Webhook): Promise<{ webhook: Webhook; secret: string | null }> {
		return this.#call('PUT', 'webhook', webhook);
	}

	removeWebhook(): Promise<void> {
		return this.#call('DELETE', 'webhook');
	}

	rotateWebhookSecret(): Promise<{ webhook: Webhook; secret: string | null }> {
		return this.#call('POST', 'webhook/secret');
	}

	testWebhook(): Promise<{ delivery_id: string }> {
		return this.#call('POST', 'webhook/test');
	}

	listDeliveries(cursor: string | null, limit: number): Promise<DeliveryPage> {
		return this.#call('GET', `deliveries${parameters({ cursor, limit })}`);
	}

	/** What was done by whom; for those who may see it. */
	async listAuditLog(query: PartQuery): Promise<Part<AuditEntry>> {
		const { search, cursor, limit } = query;
		const page = await this.#call<AuditPage>('GET', `audit-log${parameters({ search, cursor, limit })}`);
		return { rows: page.entries, next_cursor: page.next_cursor };
	}

	/** How the workers and jobs do; for administrators. */
	showSystem(): Promise<System> {
		return this.#call('GET', 'system');
	}

	/** The oldest dead letters; for administrators. */
	listDeadLetters(): Promise<{ dead_letters: DeadLetter[] }> {
		return this.#call('GET', 'dead-letters');
	}

	/** Chats in which a client waits and about which nobody could be told; for administrators. */
	listUntoldChats(): Promise<{ chats: ChatRow[] }> {
		return this.#call('GET', 'chats/untold');
	}

	listPolicies(): Promise<{ policies: Policy[] }> {
		return this.#call('GET', 'policies');
	}

	addPolicy(policy: WritePolicy): Promise<Policy> {
		return this.#call('POST', 'policies', policy);
	}

	replacePolicy(policy_id: string, policy: WritePolicy): Promise<Policy> {
		return this.#call('PUT', `policies/${policy_id}`, policy);
	}

	/** Fails with `policy-in-use` while anything has it. */
	removePolicy(policy_id: string): Promise<void> {
		return this.#call('DELETE', `policies/${policy_id}`);
	}

	/** Which policy is the one of every asset. */
	showGlobalPolicy(): Promise<{ policy_id: string }> {
		return this.#call('GET', 'installation/policy');
	}

	setGlobalPolicy(policy_id: string): Promise<{ policy_id: string }> {
		return this.#call('PUT', 'installation/policy', { policy_id });
	}

	listCustomers(search: string, cursor: string | null, limit: number): Promise<CustomerPage> {
		return this.#call('GET', `customers${parameters({ search, cursor, limit })}`);
	}

	listAssetGroups(search: string, cursor: string | null, limit: number): Promise<AssetGroupPage> {
		return this.#call('GET', `asset-groups${parameters({ search, cursor, limit })}`);
	}

	addAssetGroup(group: {
		name: string;
		customer_id: string | null;
		policy_id: string | null;
	}): Promise<AssetGroup> {
		return this.#call('POST', 'asset-groups', group);
	}

	changeAssetGroup(
		asset_group_id: string,
		change: { name?: string; policy_id?: string | null },
	): Promise<AssetGroup> {
		return this.#call('PATCH', `asset-groups/${asset_group_id}`, change);
	}

	removeAssetGroup(asset_group_id: string): Promise<void> {
		return this.#call('DELETE', `asset-groups/${asset_group_id}`);
	}

	/** Adds a technician. */
	addTechnician(technician: {
		name: string;
		email: string;
		password: string;
		security_group_ids: string[];
	}): Promise<Technician> {
		return this.#call('POST', 'technicians', technician);
	}

	/** Changes what is given. */
	changeTechnician(technician_id: string, change: TechnicianChange): Promise<Technician> {
		return this.#call('PATCH', `technicians/${technician_id}`, change);
	}

	/** Every group of technicians, by name. */
	listSecurityGroups(): Promise<SecurityGroupList> {
		return this.#call('GET', 'security-groups');
	}

	addSecurityGroup(group: SecurityGroupWords): Promise<SecurityGroup> {
		return this.#call('POST', 'security-groups', group);
	}

	/** Changes what is given. */
	changeSecurityGroup(
		security_group_id: string,
		change: Partial<SecurityGroupWords>,
	): Promise<SecurityGroup> {
		return this.#call('PATCH', `security-groups/${security_group_id}`, change);
	}

	removeSecurityGroup(security_group_id: string): Promise<void> {
		return this.#call('DELETE', `security-groups/${security_group_id}`);
	}

	/** Which optional tabs the front has, for everybody. */
	showTabs(): Promise<OptionalTabs> {
		return this.#call('GET', 'installation/tabs');
	}

	setTabs(tabs: OptionalTabs): Promise<OptionalTabs> {
		return this.#call('PUT', 'installation/tabs', tabs);
	}

	/** Finds customers, contacts, assets and open chats by name: at most eight of each. */
	search(query: string): Promise<SearchResults> {
		return this.#call('GET', `search${parameters({ query })}`);
	}

	async listCannedReplies(): Promise<CannedReply[]> {
		const { canned_replies } = await this.#call<{ canned_replies: CannedReply[] }>('GET', 'canned-replies');
		return canned_replies;
	}

	/** Fails with `shortcut-taken`. */
	addCannedReply(reply: { shortcut: string; text: string }): Promise<CannedReply> {
		return this.#call('POST', 'canned-replies', reply);
	}

	/** Fails with `shortcut-taken`. */
	changeCannedReply(
		canned_reply_id: string,
		change: { shortcut?: string; text?: string },
	): Promise<CannedReply> {
		return this.#call('PATCH', `canned-replies/${canned_reply_id}`, change);
	}

	removeCannedReply(canned_reply_id: string): Promise<void> {
		return this.#call('DELETE', `canned-replies/${canned_reply_id}`);
	}

	#call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
		return this.#caller.call(method, path, body);
	}
}
