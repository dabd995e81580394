using System.Collections.Concurrent;
using Mesh.Zone.Plan;

namespace Mesh.Zone.Compile;

/// <summary>The outputs of planned destinations in use, one for each. Safe for concurrent use.</summary>
internal sealed class DestinationOutputs(CompileCache cache)
{
    private readonly ConcurrentDictionary<OutboundParts, DestinationOutput> _outputs = new();

    /// <summary>What comes of a destination. Give it back with <see cref="Release"/>.</summary>
    internal DestinationOutput Acquire(OutboundParts planned)
    {
        while (true)
        {
            if (!_outputs.TryGetValue(planned, out var output))
            {
                output = _outputs.GetOrAdd(planned, static (parts, cache) => new DestinationOutput(parts, cache), cache);
            }

            if (output.TryUse())
            {
                return output;
            }
        }
    }

    /// <summary>Gives one use back; the last one frees it.</summary>
    internal void Release(DestinationOutput output)
    {
        if (output.Leave())
        {
            _outputs.TryRemove(KeyValuePair.Create(output.Planned, output));
        }
    }
}
