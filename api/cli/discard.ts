import type { z } from 'zod';
import type { discarded } from '../schemas/discards.ts';
import { table, titled } from '../terminal.ts';
import { type CliCommand, reasonIn, reasonOption, Stop } from './command.ts';
import { callService } from './service.ts';

type Discarded = z.output<typeof discarded>;

const discardedTable = ({ messages }: Discarded): string =>
  table(
    titled('Consumer', 'Lane', 'Message', 'What', 'Error', 'SHA-256'),
    messages.map((one) => [
      ...[one.consumer, one.laneKey, one.messageId, one.messageKind, one.errorClass, one.contentSha256],
    ]),
  );

export const discardCommand: CliCommand = {
  usage: 'discard [deadLetterIds...]',
  summary: 'Give up messages of a warehouse, quotes and documents of which nothing can ever come',
  options: [reasonOption],
  callsService: true,
  examples: ['discard 12 --reason "shipment of another depositor, agreed with the warehouse"'],
  run: async (deadLetterIds, options) => {
    const reason = reasonIn(options);
    if (deadLetterIds.length === 0) throw new Stop('Name dead letters by their ids.', 2);
    const service = await callService(options);
    const done = await service.post<Discarded>('/v1/ops/discards', { deadLetterIds, reason });
    return { value: done, text: discardedTable(done) };
  },
};
