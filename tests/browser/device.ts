import { execFileSync, spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

import type { APIRequestContext } from '@playwright/test';

import { environment, unique } from './technician.js';

/** What a device's agent says of what happens, as its JSON. */
export interface AgentEvent {
	readonly event: string;
	readonly [name: string]: unknown;
}

/** A device with its agent in a terminal, and the person who types there. */
export class Device {
	readonly events: AgentEvent[] = [];
	readonly #agent: ChildProcessByStdio<Writable, Readable, null>;
	readonly #folder: string;

	private constructor(
		readonly name: string,
		folder: string,
	) {
		this.#folder = folder;
		this.#agent = spawn(environment('TRAYLINE_AGENT'), ['chat', '--json', '--state-dir', folder], {
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		createInterface(this.#agent.stdout).on('line', (line) => {
			this.events.push(JSON.parse(line) as AgentEvent);
		});
	}

	/** Enrols a new device of some customer; `request` is an administrator's. */
	static async enrolled(request: APIRequestContext): Promise<Device> {
		const { customers } = await (await request.get('/api/v1/customers')).json();
		const added = await request.post('/api/v1/enrolment-keys', {
			data: { customer_id: customers[0].customer_id, uses: 1 },
		});
		const { key } = await added.json();
		const folder = mkdtempSync(join(tmpdir(), 'trayline-device-'));
		const name = unique('PC').replace(' ', '-');
		execFileSync(environment('TRAYLINE_AGENT'), [
			...['enrol', '--server', environment('TRAYLINE_URL'), '--key', key],
			...['--name', name, '--state-dir', folder],
		]);
		return new Device(name, folder);
	}

	/** Types a line. */
	says(text: string): void {
		this.#agent.stdin.write(`${text}\n`);
	}

	/** What the agent was told that was said, byte for byte. */
	heard(): string[] {
		return this.events.flatMap((event) => (typeof event.text === 'string' ? [event.text] : []));
	}

	/** Ends the agent and forgets the device's files. */
	async isSwitchedOff(): Promise<void> {
		if (this.#agent.exitCode === null && this.#agent.signalCode === null) {
			const ended = new Promise((done) => this.#agent.once('exit', done));
			this.#agent.kill();
			await ended;
		}
		rmSync(this.#folder, { recursive: true, force: true });
	}
}
