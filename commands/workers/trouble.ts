import { LogUnavailable } from '../../domain/eventLog.ts';
import { PartnerUnavailable } from '../partnerPorts.ts';
import type { Trouble } from '../ports.ts';

/** Somebody outside understood and said no. Asked again after `delayMs`, because people there may repair it. */
export class RefusedOutside extends Error {
  override readonly name: string;
  readonly delayMs: number;
  constructor(code: string, detail: string, delayMs: number) {
    super(detail);
    this.name = code;
    this.delayMs = delayMs;
  }
}

/** A refusal that is known already is not recorded again, so the process hears nothing; the step itself asks again. */
export const knownFailureDelayMs = 60_000;

/**
 * What the partner of a node has no way to be told as things are, such as a unit that nobody mapped. It says nothing of the channel
 * that wants it, nor of how the other nodes are told.
 */
export class Unsayable extends Error {
  override readonly name = 'Unsayable';
}

/** What it builds on has not happened yet, and will without anybody’s help. */
export class Later extends Error {
  override readonly name = 'Later';
}

const classLengthMax = 100;
const detailLengthMax = 500;

/** What people see beside a failure: the partner's trouble, the refusal's code, or the kind of error. */
export const errorClass = (error: unknown): string => {
  if (error instanceof PartnerUnavailable) return error.class;
  return error instanceof Error ? error.name : 'Unknown';
};

/** Texts from outside may hold what Postgres does not take: NUL and halves of surrogate pairs. */
const storable = (text: string, lengthMax: number): string =>
  text.replaceAll('\0', '').slice(0, lengthMax).toWellFormed();

/** An outage, ours or a partner's, ends by itself; credentials and doubled documents need a person, as every other error does. */
const kindOf = (error: unknown): Trouble['kind'] => {
  if (error instanceof LogUnavailable || error instanceof Later) return 'RETRYING';
  if (!(error instanceof PartnerUnavailable)) return 'STUCK';
  return error.class === 'CREDENTIALS' || error.class === 'AMBIGUOUS' ? 'STUCK' : 'RETRYING';
};

/** A failure as operators see it; texts are bounded. */
export const troubleOf = (error: unknown): Trouble => ({
  kind: kindOf(error),
  class: storable(errorClass(error), classLengthMax),
  detail: storable(error instanceof Error ? error.message : String(error), detailLengthMax),
});
