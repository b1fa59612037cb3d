import { erasureGrounds } from '../../domain/personal/events.ts';
import { type CliCommand, requiredOption, textOption } from './command.ts';
import { callService } from './service.ts';

type Erased = { readonly subject: string; readonly keys: readonly { readonly destroyedAt: string | null }[] };

const grounds = erasureGrounds.join(', ');

export const eraseCommand: CliCommand = {
  usage: 'erase <bu> <customer>',
  summary: 'Make what was written about a customer unreadable for ever; needs a second admin',
  options: [
    { flags: '--ground <code>', text: `why: ${grounds}` },
    { flags: '--reference <number>', text: 'the number of the request' },
  ],
  callsService: true,
  as: 'admin',
  examples: [
    'erase ACME C-1001 --ground SUBJECT_REQUEST --reference DSR-17',
    'approve 01JD0000000000000000000003 --as admin2 --reason "the letter is genuine"',
  ],
  run: async ([bu = '', customer = ''], options) => {
    const ground = requiredOption(options, 'ground', '--ground');
    const reference = textOption(options, 'reference');
    const service = await callService(options);
    const path = `/v1/data-subjects/${encodeURIComponent(bu)}/${encodeURIComponent(customer)}/erasures`;
    const body = { ground, ...(reference !== undefined && { reference }) };
    const value = await service.post<Erased>(path, body);
    return {
      value,
      text: `Erased: nothing sealed with the ${value.keys.length} key(s) of ${value.subject} can be read any more.`,
    };
  },
};
