import type { CliCommand } from './command.ts';

export const doctorCommand: CliCommand = {
  usage: 'doctor',
  summary:
    'Makes every read model and tie-out again from the log and compares. Ends with 6 and names the rows when one differs',
  examples: ['doctor', 'doctor --json'],
  run: async () => (await import('./doctor.ts')).examine(),
};
