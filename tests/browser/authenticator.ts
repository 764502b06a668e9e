import { createHmac } from 'node:crypto';

/** What an authenticator shows, now or so many half minutes later. */
export function code(secret: string, later: number): string {
	const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
	const bits = [...secret].map((letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
	const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
	const step = Buffer.alloc(8);
	step.writeBigInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
	const digest = createHmac('sha1', key).update(step).digest();
	const number = digest.readUInt32BE((digest[19] ?? 0) & 0x0f) & 0x7fffffff;
	return String(number % 1_000_000).padStart(6, '0');
}
