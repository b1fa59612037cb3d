import { setTimeout as delay } from 'node:timers/promises';
import type { ApiDeps } from '../deps.ts';
import { normalPosition } from '../positionText.ts';
import { HttpProblem } from '../problem.ts';
import type { ReadModel } from '../reads.ts';
import { invalid } from '../violations.ts';
import { catchUp, waitForPosition } from '../waitForPosition.ts';

/** What a report is about: all that is known, or what was known at a position; all of it, or what is dated up to a day. */
export type Moment = { readonly knownAsOf: string | undefined; readonly validAsOf: string | undefined };

const tooOld = (): HttpProblem =>
  invalid([
    {
      pointer: '/query/knownAsOf',
      code: 'KNOWN_AS_OF_TOO_OLD',
      detail: 'At that time the log held no event. Ask for a later one.',
    },
  ]);

const notYet = (seconds: number): HttpProblem =>
  new HttpProblem('READ_MODEL_BEHIND', 'That moment has not passed yet, so what will be known by then can change.', {
    headers: { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) },
    retain: false,
  });

/** Nothing is recorded before an instant that has passed any more: its position is settled once all that is in the log is read. */
const positionOfInstant = async (instant: string, models: readonly ReadModel[], deps: ApiDeps): Promise<string> => {
  const leftMs = Date.parse(instant) - Date.parse(deps.clock());
  if (leftMs > deps.config.minPositionWaitMs) throw notYet(leftMs / 1_000);
  if (leftMs >= 0) await delay(leftMs + 1);
  await catchUp(deps, models);
  const { position, passed } = await deps.reads.positionAt(instant);
  if (!passed) throw notYet(1);
  if (position === null) throw tooOld();
  return position;
};

/**
 * The position that `knownAsOf` names, once all of `models` have read the log that far. Throws `HttpProblem`: 422 for a time
 * before the first event, 503 for one that the models do not reach within the wait.
 */
export const knownPosition = async (
  knownAsOf: string | undefined,
  models: readonly ReadModel[],
  deps: ApiDeps,
): Promise<string | undefined> => {
  if (knownAsOf === undefined) return undefined;
  const position = normalPosition(knownAsOf);
  if (position === undefined) return positionOfInstant(knownAsOf, models, deps);
  if (position === '0') throw tooOld();
  await waitForPosition(deps, models, position);
  return position;
};
