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
    '^swapproof/express$': '<rootDir>/lib/express.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^(\\.{1,2}/.*)\\.cjs$': '$1.cts',
  },
};

const folders = [
  'unit',
  'contract',
  'property',
  'regression',
  'twins',
  'proxy',
  'package',
  'example-app',
  'browser',
  'old-app',
];

export default {
  // Jest leaves one core idle, which is half of a machine with two.
  maxWorkers: '100%',
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
