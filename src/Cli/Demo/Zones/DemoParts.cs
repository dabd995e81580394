namespace Mesh.Cli.Demo.Zones;

/// <summary>All parts of a demo, by name.</summary>
internal sealed class DemoParts : IAsyncDisposable
{
    private readonly List<DemoPart> _parts = [];

    /// <summary>A part by its name.</summary>
    public DemoPart this[string name] => _parts.Find(p => p.Name == name) ?? throw new ArgumentException($"There is no part {name}.", nameof(name));

    /// <summary>Names, in the order of starting.</summary>
    public IEnumerable<string> Names => _parts.Select(p => p.Name);

    /// <summary>Adds a part.</summary>
    public void Add(DemoPart part) => _parts.Add(part);

    /// <summary>Starts a group of parts, each as soon as it can.</summary>
    public Task StartAsync(IEnumerable<string> names, CancellationToken cancellationToken) =>
        Task.WhenAll(names.Select(name => this[name].StartAsync(cancellationToken)));

    /// <summary>Ends everything, what was started last first.</summary>
    public async ValueTask DisposeAsync()
    {
        for (var i = _parts.Count - 1; i >= 0; i--)
        {
            await _parts[i].DisposeAsync();
        }
    }
}
