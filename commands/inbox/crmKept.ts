import type { Position } from '../../domain/eventLog.ts';
import type { Checkpoints, ParkedMessage } from '../ports.ts';
import { type LeftRow, laneOfRow, type StandingOf } from './crmStanding.ts';
import { contentSha256Of } from './keptMessages.ts';

/** How far a reader is, and what it left behind: in its checkpoint, so that one row holds up neither the others nor a restart. */
export type Kept = {
  readonly through: string;
  readonly standing: readonly LeftRow[];
  /** See `Missed.earliest`. */
  readonly missed?: string | undefined;
  /** What people gave up, and in which state: told again as it was, it is nothing. */
  readonly givenUp: readonly (readonly [id: string, rowVersion: string])[];
  readonly scope: string | undefined;
};

/** As it is stored. Accounts are not given up, so of those it is enough to know which. */
type Stored = {
  readonly through: string;
  readonly standing: readonly (string | readonly [id: string, rowVersion: string])[];
  readonly missed?: string;
  readonly givenUp?: Kept['givenUp'];
  readonly scope?: string;
};

/** A row that is forgotten here is only told of once more. */
const givenUpMax = 500;

export const keptIn = (stored: Position | 'start'): Kept => {
  if (stored === 'start') return { through: '', standing: [], givenUp: [], scope: undefined };
  const { through, standing, missed, givenUp = [], scope } = JSON.parse(stored) as Stored;
  const rows = standing.map((row) =>
    typeof row === 'string' ? { id: row, rowVersion: '' } : { id: row[0], rowVersion: row[1] },
  );
  return { through, standing: rows, missed, givenUp, scope };
};

export const placeOf = (what: StandingOf['what'], { through, standing, missed, givenUp, scope }: Kept): Position => {
  const rows = [...standing].sort((a, b) => (a.id < b.id ? -1 : 1));
  const left: Omit<Stored, 'through' | 'missed' | 'scope'> =
    what === 'ACCOUNT'
      ? { standing: rows.map(({ id }) => id) }
      : {
          standing: rows.map(({ id, rowVersion }) => [id, rowVersion] as const),
          givenUp: givenUp.slice(-givenUpMax),
        };
  const stored: Stored = {
    ...{ through, ...left },
    ...(missed !== undefined && { missed }),
    ...(scope !== undefined && { scope }),
  };
  return JSON.stringify(stored) as Position;
};

/** A row that is left behind, as a message that is kept. What it says is nowhere but in the CRM; its version says what was seen of it. */
const asMessage = (of: Pick<StandingOf, 'bu' | 'what'>, { id, rowVersion }: LeftRow): ParkedMessage => ({
  ...{ laneKey: laneOfRow(of, id), item: id, message: JSON.stringify({ id, rowVersion }), attempts: 0 },
});

export const contentShaOfRow = (of: Pick<StandingOf, 'bu' | 'what'>, row: LeftRow): string =>
  contentSha256Of(asMessage(of, row));

const quotesPrefix = 'crm-quotes:';

/** The consumer's name on boards, and of its checkpoint: each business unit has a place of its own. */
export const crmQuotesOf = (system: string, bu: string): string => `${quotesPrefix}${system}:${bu}`;
export const isCrmQuotes = (consumer: string): boolean => consumer.startsWith(quotesPrefix);

/** Quotes that a reader left behind, for whoever gives them up. Throws `LogUnavailable`. */
export const keptQuotes = async (
  { read }: Pick<Checkpoints, 'read'>,
  consumer: string,
): Promise<readonly ParkedMessage[]> => {
  const bu = consumer.slice(consumer.lastIndexOf(':') + 1);
  return keptIn(await read(consumer)).standing.map((row) => asMessage({ bu, what: 'QUOTE' }, row));
};
