using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mesh.Server.Ads.Transport;

/// <summary>
/// Loggers without those of single requests: whoever logs them gets an activity and a scope with each, and a stream would keep them
/// for its whole life. Streams log their begin and end themselves.
/// </summary>
internal sealed class QuietLoggers(ILoggerFactory all) : ILoggerFactory
{
    /// <summary>The category of single requests.</summary>
    public const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    public ILogger CreateLogger(string categoryName) => categoryName == Requests ? NullLogger.Instance : all.CreateLogger(categoryName);

    public void AddProvider(ILoggerProvider provider) => all.AddProvider(provider);

    public void Dispose()
    {
        // The others are whose they were.
    }
}
