// A test here is a mesh of many processes: side by side they only slow each other down.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
