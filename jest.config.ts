import { availableParallelism } from 'node:os';
import type { Config } from 'jest';

/** Packages that come as ES modules only, which jest can't load as they are. */
const ESM_ONLY =
  'node_modules/(?:openid-client|oauth4webapi|jose|htmlparser2|domhandler|domutils|domelementtype|dom-serializer|entities)/';

/** Tests run the sources as CommonJS, without type checks; `npm run typecheck` and test/package/ cover types and ESM. */
const shared: Config = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: [],
  transformIgnorePatterns: [`(?!.*${ESM_ONLY})/node_modules/`],
  transform: {
    [`^.+\\.c?ts$|${ESM_ONLY}.+\\.js$`]: [
      'ts-jest',
      {
        tsconfig: {
          target: 'ES2022',
          module: 'CommonJS',
          moduleResolution: 'Node10',
          isolatedModules: true,
          allowJs: true,
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
    '^swapproof/passport$': '<rootDir>/lib/adapters/passport/index.ts',
    '^swapproof/tokens$': '<rootDir>/lib/tokens/index.ts',
    '^swapproof/express$': '<rootDir>/lib/express.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^(\\.{1,2}/.*)\\.cjs$': '$1.cts',
  },
};

export default {
  // Tests wait for sockets and timers about as long as they compute.
  maxWorkers: 2 * availableParallelism(),
  // Two projects only: each has compiled sources of its own. That of test/package packs the package first.
  projects: [
    { ...shared, displayName: 'tests', testMatch: ['<rootDir>/test/!(package)/**/*.test.ts'] },
    {
      ...shared,
      displayName: 'package',
      testMatch: ['<rootDir>/test/package/**/*.test.ts'],
      globalSetup: '<rootDir>/test/package/pack.setup.ts',
      globalTeardown: '<rootDir>/test/package/pack.teardown.ts',
    },
  ].map((project) => ({ ...project, rootDir: process.cwd() })),
} satisfies Config;
