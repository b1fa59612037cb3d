import { streamName } from '../../domain/eventLog.ts';
import { ulidPattern } from '../../domain/ids.ts';
import { transferDecider } from '../../domain/transfer/transfer.ts';
import type { Outcome } from '../application.ts';
import { refusedAs } from '../outcome.ts';
import type { AppPorts } from './callPorts.ts';

/**
 * Refused, where the supply is that of a transfer: what is told of it has two sides, and only the transfer tells both. Nothing is
 * read of a number that no transfer can have.
 */
export const supplyOfTransfer = async (
  { executor }: Pick<AppPorts, 'executor'>,
  { bu, supplyId }: { readonly bu: string; readonly supplyId?: string },
): Promise<Outcome<never> | undefined> => {
  if (supplyId === undefined || !ulidPattern.test(supplyId)) return undefined;
  const { revision } = await executor.load(transferDecider, streamName(transferDecider.category, bu, supplyId));
  if (revision < 0) return undefined;
  const detail = `${supplyId} is a transfer: tell of it at /v1/transfers/${supplyId}.`;
  return refusedAs('SUPPLY_OF_TRANSFER', detail, { transferId: supplyId });
};
