namespace Mesh.Fuzz;

/// <summary>A parser under attack.</summary>
internal interface IFuzzTarget
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Valid inputs to start from.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Words that are likely to mean something.</summary>
    IReadOnlyList<byte[]> Words { get; }

    /// <summary>Feeds one input. True: it was understood, which makes it worth mutating further. Throws on a fault.</summary>
    bool Feed(byte[] input);

    /// <summary>Checks that nothing is left behind. Throws on a fault.</summary>
    void Check();
}
