// The memory thread of the product, as it is.
import '../../memoryWorker.ts'
