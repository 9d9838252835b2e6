import type { Config } from 'jest';

/** Tests run the sources as CommonJS, without type checks; `npm run typecheck` and test/package/ cover types and ESM. */
const shared: Config = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: [],
  transform: {
    '^.+\\.c?ts$': [
      'ts-jest',
      {
        tsconfig: {
          target: 'ES2022',
          module: 'CommonJS',
          moduleResolution: 'Node10',
          isolatedModules: true,
          esModuleInterop: true,
          inlineSourceMap: true,
        },
      },
    ],
  },
  moduleNameMapper: {
    '^swapproof$': '<rootDir>/lib/index.ts',
    '^swapproof/sqlite$': '<rootDir>/lib/stores/sqlite/index.ts',
    '^swapproof/testing$': '<rootDir>/lib/testing/index.ts',
    '^swapproof/express$': '<rootDir>/lib/express.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^(\\.{1,2}/.*)\\.cjs$': '$1.cts',
  },
};

const folders = ['unit', 'contract', 'property', 'regression', 'proxy', 'package', 'example-app', 'old-app'];

export default {
  projects: folders.map((folder) => ({
    ...shared,
    displayName: folder,
    rootDir: process.cwd(),
    testMatch: [`<rootDir>/test/${folder}/**/*.test.ts`],
    ...(folder === 'package' && {
      globalSetup: '<rootDir>/test/package/pack.setup.ts',
      globalTeardown: '<rootDir>/test/package/pack.teardown.ts',
    }),
  })),
} satisfies Config;
