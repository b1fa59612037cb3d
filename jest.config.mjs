import { availableParallelism } from 'node:os';

// Node strips the types itself, so nothing is transformed; this needs --experimental-vm-modules, which `npm run jest` passes.
const base = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  transform: {},
  extensionsToTreatAsEsm: ['.ts'],
  moduleFileExtensions: ['ts', 'mjs', 'js', 'json'],
};

const needNoDatabase = ['<rootDir>/tests/domain/**/*.test.ts', '<rootDir>/tests/*.test.ts'];

export default {
  maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
  testTimeout: 60_000,
  // A worker that ran for minutes takes a second to give its memory back when all cores are busy, with nothing left open. What
  // really stays open is still reported.
  workerGracefulExitTimeout: 15_000,
  reporters: ['default', '<rootDir>/tests/support/closingLine.mjs'],
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
