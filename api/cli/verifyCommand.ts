import type { CliCommand } from './command.ts';

export const verifyCommand: CliCommand = {
  usage: 'verify <what>',
  summary: 'Check an evidence bundle, or, with the word log, the whole log against its signed checkpoints',
  options: [
    { flags: '--public-key <keys>', text: 'the only keys that count: base64 with commas between, or a PEM file' },
    { flags: '--checkpoints <folder>', text: 'a second place of checkpoints (also CHECKPOINT_DIR)' },
  ],
  examples: [
    'verify bundle.json --public-key ledger-key.pem',
    'verify log',
    'verify log --checkpoints /mnt/worm/checkpoints',
  ],
  run: async ([what = ''], options) => (await import('./verify.ts')).verify(what, options),
};
