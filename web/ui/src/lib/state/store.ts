import { Cell } from '../cell';
import type { Action } from './action';
import type { ConsoleState } from './model';
import { reduce } from './reduce';

/** Holds what is known, and changes it by actions alone. */
export class Store extends Cell<ConsoleState> {
	dispatch(action: Action): void {
		this.set(reduce(this.value, action));
	}
}
