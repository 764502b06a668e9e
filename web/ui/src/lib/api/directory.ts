import { parameters, type Caller } from './caller';
import type {
	AddEnrolmentKey,
	Asset,
	ChatRow,
	Contact,
	Customer,
	Device,
	EffectivePolicy,
	EnrolmentKey,
	Erasure,
	ImportReport,
	OneTicket,
	Policy,
	Ticket,
	TicketStatus,
} from './types';

/** A part of a list, and where the next one begins. */
export interface Part<Row> {
	readonly rows: readonly Row[];
	readonly next_cursor: string | null;
}

/** Which part of which list. What is absent or empty does not matter. */
export interface PartQuery {
	readonly search?: string;
	readonly sort?: string;
	readonly cursor?: string | null;
	readonly limit?: number;
	readonly customer_id?: string;
	readonly contact_id?: string;
	readonly asset_id?: string;
	readonly status?: string;
}

/** What a CSV file can hold. */
export type ImportKind = 'customers' | 'contacts' | 'assets';

/** Whose data is handed out and erased. */
export type DataSubject = 'contacts' | 'customers';

/** What `PATCH` takes: what is absent stays as it is. */
export type Change<Fields extends string> = { readonly [Field in Fields]?: string | null };

/** The part of the API that is about customers, contacts, assets, tickets and archived chats. */
export class Directory {
	readonly #caller: Caller;

	constructor(caller: Caller) {
		this.#caller = caller;
	}

	customers(query: PartQuery): Promise<Part<Customer>> {
		return this.#part('customers', 'customers', query);
	}

	customer(customer_id: string): Promise<Customer> {
		return this.#caller.call('GET', `customers/${customer_id}`);
	}

	addCustomer(name: string): Promise<Customer> {
		return this.#caller.call('POST', 'customers', { name });
	}

	changeCustomer(
		customer_id: string,
		change: Change<'name' | 'policy_id'> & { readonly retention_months?: number | null },
	): Promise<Customer> {
		return this.#caller.call('PATCH', `customers/${customer_id}`, change);
	}

	contacts(query: PartQuery): Promise<Part<Contact>> {
		return this.#part('contacts', 'contacts', query);
	}

	contact(contact_id: string): Promise<Contact> {
		return this.#caller.call('GET', `contacts/${contact_id}`);
	}

	addContact(contact: {
		customer_id: string;
		name: string;
		email: string | null;
		phone: string | null;
	}): Promise<Contact> {
		return this.#caller.call('POST', 'contacts', contact);
	}

	changeContact(contact_id: string, change: Change<'name' | 'email' | 'phone'>): Promise<Contact> {
		return this.#caller.call('PATCH', `contacts/${contact_id}`, change);
	}

	/** Erases somebody for good, if this is their name. It goes on by itself. */
	erase(kind: DataSubject, id: string, name: string): Promise<Erasure> {
		return this.#caller.call('POST', `${kind}/${id}/erasure`, { name });
	}

	/** The last erasure of somebody, and how far it is. */
	async lastErasure(kind: DataSubject, id: string): Promise<Erasure | null> {
		const { erasure } = await this.#caller.call<{ erasure: Erasure | null }>('GET', `${kind}/${id}/erasure`);
		return erasure;
	}

	assets(query: PartQuery): Promise<Part<Asset>> {
		return this.#part('assets', 'assets', query);
	}

	asset(asset_id: string): Promise<Asset> {
		return this.#caller.call('GET', `assets/${asset_id}`);
	}

	changeAsset(asset_id: string, change: Change<'name' | 'contact_id' | 'policy_id'>): Promise<Asset> {
		return this.#caller.call('PATCH', `assets/${asset_id}`, change);
	}

	/** What holds for an asset, and from which policy each setting comes. */
	effectivePolicy(asset_id: string): Promise<EffectivePolicy> {
		return this.#caller.call('GET', `assets/${asset_id}/policy`);
	}

	async policies(): Promise<readonly Policy[]> {
		const { policies } = await this.#caller.call<{ policies: Policy[] }>('GET', 'policies');
		return policies;
	}

	/** Makes a key with which devices of a customer enrol. It is told this once. */
	async addEnrolmentKey(asked: AddEnrolmentKey): Promise<string> {
		const { key } = await this.#caller.call<{ key: string }>('POST', 'enrolment-keys', asked);
		return key;
	}

	/** The keys with which devices enrol, without the keys themselves. */
	enrolmentKeys(query: PartQuery): Promise<Part<EnrolmentKey>> {
		return this.#part('enrolment-keys', 'enrolment_keys', query);
	}

	revokeEnrolmentKey(enrolment_key_id: string): Promise<void> {
		return this.#caller.call('DELETE', `enrolment-keys/${enrolment_key_id}`);
	}

	/** How an asset's device came, and what it connects with. */
	device(asset_id: string): Promise<Device> {
		return this.#caller.call('GET', `assets/${asset_id}/device`);
	}

	/** Cuts an asset's device off. */
	revokeDevice(asset_id: string): Promise<void> {
		return this.#caller.call('POST', `assets/${asset_id}/device/revocation`);
	}

	/** Asks an asset's device to take another credential. */
	rotateDevice(asset_id: string): Promise<void> {
		return this.#caller.call('POST', `assets/${asset_id}/device/rotation`);
	}

	tickets(query: PartQuery): Promise<Part<Ticket>> {
		return this.#part('tickets', 'tickets', query);
	}

	ticket(ticket_id: string): Promise<OneTicket> {
		return this.#caller.call('GET', `tickets/${ticket_id}`);
	}

	addTicket(ticket: {
		ticket_id: string;
		customer_id: string;
		contact_id: string | null;
		subject: string;
		description: string | null;
		asset_ids: readonly string[];
	}): Promise<OneTicket> {
		return this.#caller.call('POST', 'tickets', ticket);
	}

	/** Makes a ticket of a chat. Sent again with the same id, it is the same ticket. */
	addTicketFromChat(chat_id: string, ticket_id: string, subject: string): Promise<OneTicket> {
		return this.#caller.call('POST', `chats/${chat_id}/tickets`, { ticket_id, subject });
	}

	changeTicket(
		ticket_id: string,
		change: Change<'subject' | 'description' | 'contact_id' | 'assigned_to'> & {
			readonly status?: TicketStatus;
		},
	): Promise<OneTicket> {
		return this.#caller.call('PATCH', `tickets/${ticket_id}`, change);
	}

	archivedChats(query: PartQuery): Promise<Part<ChatRow>> {
		return this.#part('chats/archived', 'chats', query);
	}

	/** Imports a CSV file, or only looks at what it would do. */
	import(kind: ImportKind, file: Blob, preview: boolean): Promise<ImportReport> {
		return this.#caller.sendFile(`imports/${kind}?preview=${preview}`, 'text/csv', file);
	}

	async #part<Row>(path: string, name: string, query: PartQuery): Promise<Part<Row>> {
		const answer = await this.#caller.call<Record<string, unknown>>(
			'GET',
			`${path}${parameters({ ...query })}`,
		);
		return { rows: answer[name] as Row[], next_cursor: (answer.next_cursor as string | null) ?? null };
	}
}
