import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';

import { environment } from './technician.js';

/** How long a web node may take until it answers, in milliseconds. */
const START = 30_000;

/** One more web front of the same Trayline, which a story may kill. */
export class WebNode {
	#process?: ChildProcess;

	private constructor(readonly port: number) {}

	static async started(): Promise<WebNode> {
		const node = new WebNode(await freePort());
		await node.starts();
		return node;
	}

	/** Where its pages are. */
	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** Starts it, where it was before. */
	async starts(): Promise<void> {
		this.#process = spawn(
			environment('TRAYLINE_PROGRAM'),
			['--config', environment('TRAYLINE_CONFIG'), 'web'],
			{
				env: {
					...process.env,
					TRAYLINE__WEB__LISTEN: `127.0.0.1:${this.port}`,
					TRAYLINE__OPERATIONS__LISTEN: `127.0.0.1:${await freePort()}`,
				},
				stdio: 'ignore',
			},
		);
		const deadline = Date.now() + START;
		while (!(await answers(this.url))) {
			if (Date.now() > deadline) throw new Error('the web node does not answer');
		}
	}

	/** Kills it with -9. */
	async isKilled(): Promise<void> {
		const node = this.#process;
		if (node?.exitCode !== null || node.signalCode !== null) return;
		const ended = new Promise((done) => node.once('exit', done));
		node.kill('SIGKILL');
		await ended;
	}
}

async function answers(url: string): Promise<boolean> {
	try {
		return (await fetch(url)).ok;
	} catch {
		await new Promise((done) => setTimeout(done, 100));
		return false;
	}
}

function freePort(): Promise<number> {
	return new Promise((found) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const address = server.address();
			server.close(() => found(typeof address === 'object' ? (address?.port ?? 0) : 0));
		});
	});
}
