import type { AssistantReport } from '../../../main/contract/assistant.ts'
import { Card } from '../../ui/Card.tsx'
import { encoderWords, modeWords, pythonWords, sandboxWords } from './assistantWords.ts'

/** How it works now: by what it searches, where it runs what it tries, and whether a language model takes part. */
export function ModeCard({ report }: { readonly report: AssistantReport }) {
  const { model, python, sandbox, encoder } = report
  return (
    <Card title="Mode" note="nothing leaves this machine">
      <dl className="pairs" data-testid="mode">
        <Pair
          name="Mode"
          words={modeWords(model)}
          isGood
          title={model.kind === 'none' ? model.reason : undefined}
        />
        <Pair
          name="Python"
          words={pythonWords(python)}
          isGood={python.ok}
          title={python.ok ? python.path : undefined}
        />
        <Pair name="Sandbox" words={sandboxWords(sandbox)} isGood={sandbox.ok && sandbox.isProven} />
        <Pair name="Meaning" words={encoderWords(encoder)} isGood />
      </dl>
    </Card>
  )
}

function Pair({
  name,
  words,
  isGood,
  title,
}: {
  readonly name: string
  readonly words: string
  readonly isGood: boolean
  readonly title?: string | undefined
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd title={title}>
        {!isGood && <span className="warn">▲ </span>}
        {words}
      </dd>
    </>
  )
}
