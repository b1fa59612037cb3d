import type { ProblemError } from '../problem.ts';
import { pointerOf } from './hostileText.ts';

type Holder = Record<string, unknown>;

/** A status other than the one beside it, so that no rule about the pair is broken by what we put in ourselves. */
const otherThan = (status: unknown): string => (status === 'SELLABLE' ? 'DAMAGED' : 'SELLABLE');

/** Of the right form, and certainly nobody's: what is then found wrong with it is not told. */
const fixed: Readonly<Record<string, unknown>> = {
  qty: '1',
  counted: '1',
  amount: '0',
  currency: 'XXX',
  requestedDate: '2000-01-01',
  availableDate: '2000-01-01',
  shippedAt: '2000-01-01T00:00:00Z',
  countedAt: '2000-01-01T00:00:00Z',
  orderId: '00000000000000000000000000',
  kind: 'ADJUSTMENT',
  type: 'PO',
};

const named = new Set([
  ...['bu', 'node', 'item', 'uom', 'channel', 'soldTo', 'id', 'lineId', 'code', 'reason', 'cause'],
  ...['customerPo', 'reference', 'supplyId', 'confirmationId', 'pickId', 'laneKey'],
  ...['countId', 'packId', 'cartonId'],
]);

/** A status that is none is told by its value; what is told by its form is a day, which no question needs. */
const isDay = (code: ProblemError['code']): boolean => code === 'DATE_INVALID' || code === 'FORMAT_INVALID';

const standInFor = (name: string, holder: Holder, serial: string, code: ProblemError['code']): unknown => {
  if (Object.hasOwn(fixed, name)) return fixed[name];
  if (named.has(name)) return `stand-in-${serial}`;
  if (name === 'from' || name === 'to')
    return isDay(code) ? undefined : otherThan(holder[name === 'from' ? 'to' : 'from']);
  if (name === 'lines' || name === 'cartons') return [{}];
  if (name === 'deadLetterIds') return [`stand-in-${serial}`];
  if (name === 'shipTo') return {};
  return undefined;
};

const partsOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));

const isHolder = (value: unknown): value is Holder => typeof value === 'object' && value !== null;

const holderAt = (root: unknown, path: readonly string[]): Holder | undefined => {
  let at: unknown = root;
  for (const part of path) {
    if (!isHolder(at) || !Object.hasOwn(at, part)) return undefined;
    at = at[part];
  }
  return isHolder(at) ? at : undefined;
};

/** Changes `copy`: what is unknown goes, what is wrong becomes a stand-in, or is left out where none is needed. */
const repair = (copy: unknown, error: ProblemError, serial: string): void => {
  const path = partsOf(error.pointer);
  const name = path.at(-1);
  const holder = holderAt(copy, path.slice(0, -1));
  if (name === undefined || holder === undefined) return;
  const standIn = Array.isArray(holder) ? {} : standInFor(name, holder, serial, error.code);
  // A stand-in that is wrong itself, because the word means something else there, does not help either.
  const helps = standIn !== undefined && holder[name] !== standIn;
  if (error.code === 'UNKNOWN_PROPERTY' || !helps) delete holder[name];
  else holder[name] = standIn;
};

/** A copy of a body in which stand-ins, other ones in each `round`, have taken the places of what is wrong. */
export const repaired = (body: unknown, errors: readonly ProblemError[], round: number): unknown => {
  const copy: unknown = structuredClone(body);
  for (const [serial, error] of errors.entries()) repair(copy, error, `${round}-${serial}`);
  return copy;
};

/** Whether something was found wrong with this very place, or with what it is part of. */
export const isCovered = (pointer: string, wrong: ReadonlySet<string>): boolean => {
  const path = partsOf(pointer);
  return path.some((_part, index) => wrong.has(pointerOf(path.slice(0, index + 1)))) || wrong.has('');
};
