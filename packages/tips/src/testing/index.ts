export type { TestRunner } from './runner.ts'
