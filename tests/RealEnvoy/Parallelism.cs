using Xunit.Sdk;
using Xunit.v3;

// A test here is a mesh of many processes: side by side they only slow each other down.
[assembly: Parallelization(Mode = ParallelMode.None)]
