namespace Mesh.Convergence;

/// <summary>One step of a history.</summary>
/// <param name="Act">What happens.</param>
/// <param name="Zone">In which zone: 0 to 2.</param>
/// <param name="Mesh">In which mesh: 0 or 1.</param>
/// <param name="Kind">To which of the kinds that the act is about.</param>
/// <param name="Name">To which of them: 0 or 1.</param>
/// <param name="Value">Content, number of messages, seconds.</param>
internal readonly record struct Step(Act Act, int Zone, int Mesh, int Kind, int Name, int Value)
{
    private static readonly (Act Act, int Weight)[] _weights =
    [
        (Act.PutMesh, 3), (Act.DeleteMesh, 2), (Act.PutGiven, 8), (Act.DeleteGiven, 4), (Act.EnableZone, 3), (Act.DeleteZone, 1), (Act.PutOwn, 14), (Act.DeleteOwn, 6),
        (Act.Connect, 5), (Act.Cut, 4), (Act.RestartZone, 2), (Act.RestartGlobal, 1), (Act.Deliver, 16), (Act.Settle, 4), (Act.Wait, 2),
    ];

    private static readonly Step[] _settled =
    [
        new(Act.PutMesh, 0, 0, 0, 0, 0), new(Act.PutMesh, 0, 1, 0, 0, 0), new(Act.Connect, 0, 0, 0, 0, 0), new(Act.Connect, 1, 0, 0, 0, 0),
        new(Act.Connect, 2, 0, 0, 0, 0), new(Act.Settle, 0, 0, 0, 0, 0), new(Act.PutOwn, 0, 0, 0, 0, 0), new(Act.PutGiven, 0, 0, 0, 0, 0),
    ];

    private static readonly int _allWeights = _weights.Sum(w => w.Weight);

    /// <summary>The history of a seed.</summary>
    public static Step[] History(int seed)
    {
        var random = new Random(seed);
        var steps = new Step[random.Next(12, 45)];
        for (var i = 0; i < steps.Length; i++)
        {
            if (seed % 2 == 0 && i < _settled.Length)
            {
                // Half of them begin where all is well.
                steps[i] = _settled[i];
                continue;
            }

            var ticket = random.Next(_allWeights);
            var at = 0;
            while (ticket >= _weights[at].Weight)
            {
                ticket -= _weights[at++].Weight;
            }

            steps[i] = new Step(_weights[at].Act, random.Next(3), random.Next(2), random.Next(4), random.Next(2), random.Next(1, 30));
        }

        return steps;
    }

    /// <inheritdoc/>
    public override string ToString() => Act switch
    {
        Act.PutMesh => $"global: put mesh {Mesh} = {Value % 3}",
        Act.DeleteMesh => $"global: delete mesh {Mesh}",
        Act.PutGiven => $"global: put {Samples.GivenKind(this)} {Name} in mesh {Mesh} = {Value % 3}",
        Act.DeleteGiven => $"global: delete {Samples.GivenKind(this)} {Name} in mesh {Mesh}",
        Act.EnableZone => $"global: zone {Zone} enabled = {Value % 2 == 0}",
        Act.DeleteZone => $"global: delete zone {Zone}",
        Act.PutOwn => $"zone {Zone}: put {Samples.OwnKind(this)} {Name} in mesh {Mesh} = {Value % 3}",
        Act.DeleteOwn => $"zone {Zone}: delete {Samples.OwnKind(this)} {Name} in mesh {Mesh}",
        Act.RestartGlobal => "global: restart",
        Act.Deliver => $"zone {Zone}: {Value} messages in order {Name}{Kind}",
        Act.Settle => "all messages",
        Act.Wait => $"{Value} seconds",
        _ => $"zone {Zone}: {Act}",
    };
}
