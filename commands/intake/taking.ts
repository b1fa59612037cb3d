import { LogUnavailable } from '../../domain/eventLog.ts';
import type { ImportReceived } from '../../domain/intake/events.ts';
import {
  type Cells,
  cellsOf,
  type FileRow,
  otherUnit,
  type Refused,
  type RowOutcome,
} from '../../domain/intake/row.ts';
import type { Executor } from '../handle.ts';
import type { Vault } from '../personal/vault.ts';
import type { Clock, CommandContext } from '../ports.ts';
import type { CatalogFollower } from '../workers/catalogFollower.ts';

export type TakingPorts = {
  readonly executor: Pick<Executor, 'execute' | 'load'>;
  readonly catalog: Pick<CatalogFollower, 'current' | 'ready'>;
  readonly vault: Pick<Vault, 'sealsFor' | 'open'>;
  readonly clock: Clock;
};

/** One import as its rows are taken. */
export type Taking = TakingPorts & {
  readonly received: ImportReceived['data'];
  readonly header: readonly string[];
};

/** What a kind of file does with its rows. All throw `LogUnavailable`. */
export type Taker = {
  /** Its rows take effect together, when all of them were seen: until then an interrupted run counts for nothing. */
  readonly isWhole: boolean;
  /** Rows that an earlier run has taken: what is remembered of them for those that follow. */
  readonly pass: (rows: readonly FileRow[]) => Promise<void>;
  /** One outcome for each row. `inDoubt`: an earlier run may have taken some of them without having noted it. */
  readonly take: (rows: readonly FileRow[], inDoubt: boolean) => Promise<readonly RowOutcome[]>;
  /** After the last row. Throws `ImportUntaken`. */
  readonly finish: () => Promise<void>;
};

/** What every row was right about cannot be done together. */
export class ImportUntaken extends Error {
  override readonly name = 'ImportUntaken';
}

/** The same row, or list, of the same import is the same command however often it is tried. */
export const contextOf = ({ received, clock }: Taking, part: string): CommandContext => ({
  ...{ commandId: `${received.importId}:${part}`, correlationId: received.importId, causationId: received.importId },
  occurredAt: clock(),
  actor: { kind: 'USER', id: received.requestedBy, roles: ['admin'] },
  source: { system: 'import', payloadSha256: received.payloadSha256 },
});

/** Cells of a row that may be looked at any further. */
export const readRow = ({ header, received }: Taking, row: FileRow): Cells | Refused => {
  const cells = cellsOf(header, row);
  if ('kind' in cells) return cells;
  return otherUnit(received.businessUnit, cells) ?? cells;
};

const attemptsMax = 8;

/**
 * Decides again, from what is known then, as long as somebody else changes the same at the same time. `attempt` answers
 * undefined where that happened.
 */
export const againWhenChanged = async <T>(
  { catalog }: Pick<TakingPorts, 'catalog'>,
  what: string,
  attempt: () => Promise<T | undefined>,
): Promise<T> => {
  for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
    const done = await attempt();
    if (done !== undefined) return done;
    await catalog.ready();
  }
  throw new LogUnavailable(`${what} is changed by others all the time`);
};
