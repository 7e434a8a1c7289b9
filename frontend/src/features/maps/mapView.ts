// Whether heatmaps are shown, and how strongly: the same on all screens. Off until somebody asks for them.
import { ref } from "vue";

export const isMapShown = ref(false);
export const strength = ref(0.7);
