using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mesh.Server.Tests.Kds;

/// <summary>Keeps what a control plane logs.</summary>
internal sealed class LogLines : ILoggerFactory, ILogger
{
    private readonly ConcurrentQueue<(LogLevel Level, string Event, string Text)> _lines = new();

    /// <summary>What is kept.</summary>
    public LogLevel Least { get; init; } = LogLevel.Information;

    /// <summary>Texts of an event, in order.</summary>
    public IReadOnlyList<string> Of(string eventName) => [.. _lines.Where(line => line.Event == eventName).Select(line => line.Text)];

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue((logLevel, eventId.Name ?? "", formatter(state, exception) + (exception is null ? "" : " " + exception)));

    public void Dispose()
    {
    }
}
