import { availableParallelism } from 'node:os';

// Tests run in Node itself, which strips the types: what one file has loaded and compiled serves the next one too, and the
// whole run takes a third less time. `npm run jest` passes what `@jest/globals` needs for that.
const base = {
  rootDir: import.meta.dirname,
  runner: ['jest-light-runner', { runtime: 'child_process' }],
  transform: {},
  setupFilesAfterEnv: ['<rootDir>/tests/support/runner/limitsAndCauses.mjs'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json'],
};

const needNoDatabase = ['<rootDir>/tests/domain/**/*.test.ts', '<rootDir>/tests/*.test.ts'];

export default {
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
  testSequencer: '<rootDir>/tests/support/runner/longestFirst.mjs',
  reporters: ['default', '<rootDir>/tests/support/runner/closingLine.mjs'],
  // Two projects, so that a run of pure tests does not wait for a database server.
  projects: [
    { ...base, displayName: 'pure', testMatch: needNoDatabase },
    {
      ...base,
      displayName: 'postgres',
      testMatch: ['<rootDir>/tests/*/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/tests/domain/'],
      globalSetup: '<rootDir>/tests/support/startDatabase.ts',
      globalTeardown: '<rootDir>/tests/support/stopDatabase.ts',
    },
  ],
};
