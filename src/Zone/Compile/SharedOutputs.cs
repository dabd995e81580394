using System.Collections.Concurrent;
using Mesh.Engine;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>The shared outputs in use, one for each set of outbounds. Safe for concurrent use.</summary>
internal sealed class SharedOutputs(CompileCache cache, ResourceEngine engine)
{
    private readonly ConcurrentDictionary<OutboundSet, SharedOutput> _outputs = new();

    /// <summary>What comes of a set of outbounds. Give it back with <see cref="Release"/>.</summary>
    internal SharedOutput Acquire(OutboundSet outbounds)
    {
        while (true)
        {
            var output = _outputs.GetOrAdd(outbounds, static (set, tools) => new SharedOutput(set, tools.Cache, tools.Engine), (Cache: cache, Engine: engine));
            if (output.TryUse())
            {
                return output;
            }
        }
    }

    /// <summary>Gives one use back; the last one frees it.</summary>
    internal void Release(SharedOutput output)
    {
        if (output.Leave())
        {
            _outputs.TryRemove(KeyValuePair.Create(output.Outbounds, output));
        }
    }
}
