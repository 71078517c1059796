import { useDesk } from '../../state/deskStore.ts'
import { Card } from '../../ui/Card.tsx'
import { number } from '../../ui/format.ts'
import { tasteWords } from './tasteWords.ts'

/** What the answers of the day taught, in force at once. */
export function LearnedCard() {
  const preference = useDesk(state => state.preference)
  return (
    <Card title="Learned from your answers" note={`${preference.answers} answers, in force at once`}>
      {preference.tastes.length === 0 ? (
        <p className="t3">Nothing clear yet. Each yes and no moves it.</p>
      ) : (
        <table className="grid">
          <tbody>
            {preference.tastes.map(taste => (
              <tr key={tasteWords(taste)}>
                <td className="l">{tasteWords(taste)}</td>
                <td className="model">{number(taste.shift)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}
