import type { TicketStatus } from '../api/types';

/** What the states of a ticket are called, and how they look. */
export const TICKET_STATES: Readonly<Record<TicketStatus, { readonly name: string; readonly look: string }>> =
	{
		open: { name: 'Open', look: 'bg-warn text-on-warn' },
		in_progress: { name: 'In progress', look: 'bg-tint text-accent-strong' },
		resolved: { name: 'Resolved', look: 'bg-sunken text-muted' },
	};

/** All of them, in the order of the work. */
export const TICKET_STATUSES: readonly TicketStatus[] = ['open', 'in_progress', 'resolved'];
