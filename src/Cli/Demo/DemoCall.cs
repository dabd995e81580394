namespace Mesh.Cli.Demo;

/// <summary>One call of the demo.</summary>
/// <param name="Status">HTTP status; 0 when there was no answer.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="Body">The answer, or why there was none.</param>
internal readonly record struct DemoCall(int Status, TimeSpan Elapsed, string Body);
